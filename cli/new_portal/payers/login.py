"""The way in: user name and password on one page, then a code."""

from bots.definition import LoginScreens
from payers.shapes.login import CodePage, HomePage, SignInPage, enter_code, sign_in

LOGIN = LoginScreens(home=HomePage, screens={SignInPage: sign_in, CodePage: enter_code})
