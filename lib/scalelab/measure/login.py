"""An authorization server: OAuth 2.0's code flow with PKCE, and OpenID Connect, by Authlib.

It has one registered client, an app on a phone that can keep no secret, and one user, kim, who is
always logged in. It runs in this process and is asked as a browser and an app would ask it,
without a network. It needs Authlib, Flask and joserfc.

>>> login = Login()
>>> verifier = "a-secret-that-the-app-made-up-for-this-one-login"
>>> code = login.send_user(challenge(verifier), nonce="login-1")
>>> sorted(login.redeem(code, verifier))
['access_token', 'expires_in', 'id_token', 'scope', 'token_type']
"""

import base64
import hashlib

import flask
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import OAuth2Error
from authlib.oauth2.rfc7636 import CodeChallenge
from joserfc.jwk import RSAKey
from yarl import URL

from ._authlib import CLIENT, ISSUER, REDIRECT, App, CodeGrant, Identity

__all__ = ["CLIENT", "ISSUER", "REDIRECT", "Login", "challenge"]


def challenge(verifier):
    """The hash of a verifier that an app sends along with the user (RFC 7636, S256).

    Parameters
    ----------
    verifier : str
        The app's secret for one login, 43 characters or more.

    Examples
    --------
    >>> challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Login:
    """A running authorization server.

    Attributes
    ----------
    public : joserfc.jwk.RSAKey
        The key with which everybody can check its signatures.
    """

    def __init__(self):
        self._key = RSAKey.generate_key(2048)
        self.public = RSAKey.import_key(self._key.as_pem(private=False))
        self._app = flask.Flask("login")
        server = AuthorizationServer(
            self._app,
            query_client=lambda name: App() if name == CLIENT else None,
            save_token=lambda token, request: None,
        )
        grant = type("Grant", (CodeGrant,), {"codes": {}})
        server.register_grant(grant, [CodeChallenge(required=True), Identity(self._key)])
        self._app.add_url_rule("/authorize", view_func=lambda: _authorize(server), endpoint="a")
        self._app.add_url_rule(
            "/token", view_func=server.create_token_response, endpoint="t", methods=["POST"]
        )

    def send_user(self, challenge, nonce, redirect=REDIRECT):
        """Send kim's browser here, as the app does; she comes back with a code, or None.

        Parameters
        ----------
        challenge : str
            See `challenge`.
        nonce : str
            Used once, by this login; the ID token will repeat it.
        redirect : str
            Where she is to be sent back to.
        """
        query = {
            "client_id": CLIENT,
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": redirect,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        answer = self._app.test_client().get("/authorize", base_url=ISSUER, query_string=query)
        return URL(answer.headers.get("Location", "")).query.get("code")

    def redeem(self, code, verifier):
        """Exchange a code for tokens, as the app does.

        Parameters
        ----------
        code, verifier : str

        Returns
        -------
        dict
            The tokens, or an ``error``.
        """
        data = {
            "grant_type": "authorization_code",
            "client_id": CLIENT,
            "redirect_uri": REDIRECT,
            "code": code,
            "code_verifier": verifier,
        }
        return self._app.test_client().post("/token", base_url=ISSUER, data=data).get_json()


def _authorize(server):
    try:
        grant = server.get_consent_grant(end_user="kim")
    except OAuth2Error as error:
        return error.error, 400
    return server.create_authorization_response(grant=grant, grant_user="kim")
