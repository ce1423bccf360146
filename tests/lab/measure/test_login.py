"""The code flow refuses what is stolen, used twice or sent elsewhere."""

from joserfc import jwt

from scalelab.measure import login

VERIFIER = "a-secret-that-the-app-made-up-for-this-one-login"


def test_tokens_for_the_app_that_began():
    server = login.Login()
    code = server.send_user(login.challenge(VERIFIER), "once")
    assert server.redeem(code, "x" * 48)["error"] == "invalid_grant"
    answer = server.redeem(code, VERIFIER)
    claims = jwt.decode(answer["id_token"], server.public, algorithms=["RS256"]).claims
    assert (claims["sub"], claims["aud"], claims["nonce"]) == ("kim", login.CLIENT, "once")
    assert server.redeem(code, VERIFIER)["error"] == "invalid_grant"


def test_a_redirect_elsewhere_gets_no_code():
    server = login.Login()
    assert server.send_user(login.challenge(VERIFIER), "once", "https://evil.example/") is None


def test_codes_of_two_servers_are_their_own():
    one, two = login.Login(), login.Login()
    code = one.send_user(login.challenge(VERIFIER), "once")
    assert "error" in two.redeem(code, VERIFIER)
