"""A guarded API: every route behind one decorator, tokens of Gatehouse checked with PyJWT.

JWT_SECRET set: the shared-secret profile (HS256). Otherwise the issuer's published keys (ES256).
"""

import os
from functools import wraps

import jwt
from flask import Flask, g, jsonify, request

SECRET = os.environ.get("JWT_SECRET")
ISSUER = os.environ.get("GATEHOUSE_ISSUER", "http://127.0.0.1:3000")
AUDIENCE = os.environ.get("GATEHOUSE_AUDIENCE", "api")
KEYS = None if SECRET else jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json")

app = Flask(__name__)
# Who is known to this API; a real one asks its database.
users = {}


def claims_of(token):
    """The claims of a good token; raises jwt.PyJWTError for any other."""
    if SECRET:
        return jwt.decode(token, SECRET, algorithms=["HS256"], options={"require": ["exp", "sub"]})
    if jwt.get_unverified_header(token).get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    key = KEYS.get_signing_key_from_jwt(token).key
    return jwt.decode(
        token, key, algorithms=["ES256"], issuer=ISSUER, audience=AUDIENCE, options={"require": ["exp", "sub"]}
    )


def refuse(status, err):
    response = jsonify(err=err)
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def token_required(view):
    @wraps(view)
    def guarded(*args, **kwargs):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return refuse(401, "Unauthorized")
        try:
            g.user = claims_of(token.strip())
        except jwt.PyJWTError:
            return refuse(401, "Unauthorized")
        users[g.user["sub"]] = g.user.get("username")
        return view(*args, **kwargs)

    return guarded


@app.get("/health")
def health():
    return jsonify(ok=True)


@app.post("/verify-token")
@token_required
def verify_token():
    return jsonify(user=g.user)


@app.get("/vip-lounge")
@token_required
def vip_lounge():
    return jsonify(message=f"Welcome to the VIP lounge, {g.user['username']}")


@app.get("/users")
@token_required
def list_users():
    return jsonify([{"id": id, "username": name} for id, name in users.items()])


@app.get("/users/<user_id>")
@token_required
def show_user(user_id):
    if g.user["sub"] != user_id:
        return refuse(403, "Forbidden")
    return jsonify(id=user_id, username=users[user_id])


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "5000")))
