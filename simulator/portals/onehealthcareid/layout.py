"""What each release of the identity provider names anew."""

from simulator.skins import Skins

SKINS = Skins(
    renamed={
        "btnLogin": "continueBtn",
        "btnVerify": "verifyBtn",
        "login-pwd": "passwordBox",
        '"username"': '"userNameId_input"',
        "totp": "otpBox",
        "rememberDevice": "trustThisDevice",
        "newPwd": "freshPassword",
        "btnUpdatePwd": "updatePassword",
        "loginerrorsummary": "errorPanel",
        "page-title": "viewTitle",
        "oh-": "ohid-",
    },
    reworded={
        "One Healthcare ID or Email Address": "User ID",
        "Enter Your Password": "Password",
        "Verify Your Identity": "Choose a method",
        "Authenticator Code": "Access code",
        "Continue": "Next",
        "Verify": "Submit",
    },
)
