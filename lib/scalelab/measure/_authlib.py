"""One client, one user and the codes between them, as Authlib asks for them."""

import time

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, grants
from authlib.oidc.core import UserInfo
from authlib.oidc.core import grants as oidc

CLIENT = "shop-app"
"""Name of the registered client."""

ISSUER = "https://login.example"
"""Who signs the ID tokens."""

REDIRECT = "https://shop.example/back"
"""The one address to which a user is sent back with a code."""

LIFETIME = 300  # seconds


class App(ClientMixin):
    """The registered client: it keeps no secret, and has one address to be sent back to."""

    def get_client_id(self):
        return CLIENT

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, uri):
        return uri == REDIRECT

    def check_response_type(self, kind):
        return kind == "code"

    def check_grant_type(self, kind):
        return kind == "authorization_code"

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "none"


class Code(dict, AuthorizationCodeMixin):
    """A code that was given out, with what was asked for."""

    code_challenge_method = "S256"
    code_challenge = property(lambda self: self["challenge"])

    def get_redirect_uri(self):
        return REDIRECT

    def get_scope(self):
        return "openid"

    def get_nonce(self):
        return self["nonce"]

    def get_auth_time(self):
        return None

    get_acr = get_amr = get_auth_time


class CodeGrant(grants.AuthorizationCodeGrant):
    """How codes are kept until they are redeemed, each once: in a dict ``codes``."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

    def save_authorization_code(self, code, request):
        sent = request.payload.data
        self.codes[code] = Code(
            name=code, user=request.user, nonce=sent["nonce"], challenge=sent["code_challenge"]
        )

    def query_authorization_code(self, code, client):
        return self.codes.get(code)

    def delete_authorization_code(self, authorization_code):
        del self.codes[authorization_code["name"]]

    def authenticate_user(self, authorization_code):
        return authorization_code["user"]


class Identity(oidc.OpenIDCode):
    """What an ID token says, and the key that signs it."""

    def __init__(self, key):
        super().__init__()
        self.key = key

    def exists_nonce(self, nonce, request):
        return False

    def resolve_client_private_key(self, client):
        return self.key

    def get_client_algorithm(self, client):
        return "RS256"

    def get_encode_header(self, client):
        return {"alg": "RS256"}

    def get_client_claims(self, client):
        return {"iss": ISSUER, "aud": CLIENT, "exp": int(time.time()) + LIFETIME}

    def generate_user_info(self, user, scope):
        return UserInfo(sub=user)
