"""What each release of the identity provider names anew."""

from simulator.skins import Skins

SKINS = Skins(
    renamed={"ping-": "pf-ui-"},
    reworded={
        "Email address": "Franklin ID",
        "Password": "Secret phrase",
        "One-time passcode": "Security code",
        "Next": "Go on",
        "Sign On": "Log in",
    },
)
