"""Who is calling: only identity's signature counts, and a route says who may call it."""

import base64
import hmac
import json
import time

import pytest
from flask_smorest import Blueprint
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from services import contracts
from services.chassis import auth, token_keys
from services.chassis.auth import Access, allow, caller, may
from services.chassis.columns import new_id
from services.chassis.database import Database, model_base
from services.chassis.problems import Problem
from services.chassis.service import Service
from services.chassis.testing import harness as testing
from services.chassis.testing.harness import KEY, Harness

blueprint = Blueprint("things", __name__, url_prefix="/v1/things")


@blueprint.get("")
@allow(staff="things.read", client=("owner",), service=("signing",))
def things():
    return {"caller": str(caller().id)}


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class TestVerifier:
    def verify(self, token: str, audience: str = "portal") -> auth.Caller:
        return auth.Verifier(token_keys.StaticKeys(KeySet([KEY])), audience).verify(token)

    def claims(self, **changes: object) -> dict[str, object]:
        return {"kind": "service", "sub": "signing", "aud": ["portal"]} | changes

    def refused(self, token: str) -> bool:
        with pytest.raises(Problem) as refusal:
            self.verify(token)
        return refusal.value.status == 401

    def test_takes_what_identity_signed(self) -> None:
        assert self.verify(testing.sign(self.claims())).id == "signing"

    def test_refuses_a_token_for_another_service(self) -> None:
        assert self.refused(testing.sign(self.claims(aud=["documents"])))

    def test_refuses_another_issuer(self) -> None:
        assert self.refused(testing.sign(self.claims(iss="somebody")))

    def test_refuses_a_token_that_is_over(self) -> None:
        assert self.refused(testing.sign(self.claims(), seconds=-60))

    def test_refuses_a_token_that_is_over_although_it_was_good_before(self, time_machine) -> None:
        verifier = auth.Verifier(token_keys.StaticKeys(KeySet([KEY])), "portal")
        token = testing.sign(self.claims(), seconds=60)
        assert verifier.verify(token)
        time_machine.move_to(time.time() + 120)
        with pytest.raises(Problem):
            verifier.verify(token)

    def test_refuses_the_signature_of_another_key(self) -> None:
        stranger = OKPKey.generate_key("Ed25519", {"kid": "test"})
        token = jwt.encode({"alg": "Ed25519", "kid": "test"}, self._whole(), stranger, algorithms=auth.ALGORITHMS)
        assert self.refused(token)

    def test_refuses_a_token_without_signature(self) -> None:
        assert self.refused(f"{part({'alg': 'none'})}.{part(self._whole())}.")

    def test_refuses_a_token_signed_with_the_public_key_as_a_shared_secret(self) -> None:
        signed = f"{part({'alg': 'HS256', 'kid': 'test'})}.{part(self._whole())}"
        mac = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
        assert self.refused(f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}")

    @pytest.mark.parametrize("token", ["", "a", "a.b.c", "é.é.é", "." * 500])
    def test_refuses_what_is_no_token(self, token: str) -> None:
        assert self.refused(token)

    def test_refuses_an_altered_token(self) -> None:
        head, body, signature = testing.sign(self.claims()).split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        forged = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "gateway"}).encode()).rstrip(b"=").decode()
        assert self.refused(f"{head}.{forged}.{signature}")

    def _whole(self) -> dict[str, object]:
        now = int(time.time())
        return {"iss": auth.ISSUER, "iat": now, "exp": now + 60} | self.claims()


class TestMay:
    def test_staff_needs_the_permission(self) -> None:
        access = Access(staff="things.read", client=True)
        assert may(auth.Caller("staff", new_id(), permissions=frozenset({"things.read"})), access)
        assert not may(auth.Caller("staff", new_id(), permissions=frozenset({"things.write"})), access)

    def test_a_client_without_an_account_may_nothing(self) -> None:
        assert not may(auth.Caller("client", new_id()), Access(client=True))

    def test_a_client_needs_one_of_the_roles_in_the_account_being_looked_at(self) -> None:
        account, other = new_id(), new_id()
        accounts = (auth.AccountAccess(account, new_id(), "member"), auth.AccountAccess(other, new_id(), "owner"))
        owners = Access(client=frozenset({"owner"}))
        assert may(auth.Caller("client", new_id(), accounts=accounts, account_id=other), owners)
        assert not may(auth.Caller("client", new_id(), accounts=accounts, account_id=account), owners)

    def test_a_service_must_be_named(self) -> None:
        access = Access(service=frozenset({"signing"}))
        assert may(auth.Caller("service", "signing"), access)
        assert not may(auth.Caller("service", "documents"), access)

    def test_an_unknown_kind_may_nothing(self) -> None:
        account = new_id()
        access = Access(staff="things.read", client=True, service=frozenset({"signing"}))
        assert not may(auth.Caller("robot", new_id(), account_id=account), access)


class TestGuard:
    @pytest.fixture
    def harness(self, tmp_path):
        model = model_base()
        service = Service("portal", contracts, model.metadata, "none", blueprints=[blueprint])
        url = f"sqlite:///{tmp_path}/portal.db"
        model.metadata.create_all(Database(url).engine)
        harness = Harness(service, url, tmp_path)
        yield harness
        harness.close()

    def test_asks_for_a_token(self, harness: Harness) -> None:
        answer = harness.anyone().get("/v1/things")
        assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")

    def test_believes_no_header(self, harness: Harness) -> None:
        forged = {"X-User-Id": str(new_id()), "X-Staff": "true", "X-Forwarded-User": "lucia"}
        assert harness.anyone().get("/v1/things", headers=forged).status_code == 401

    def test_lets_in_who_is_allowed_and_nobody_else(self, harness: Harness) -> None:
        assert harness.staff("things.read").get("/v1/things").status_code == 200
        assert harness.staff("things.write").get("/v1/things").status_code == 403
        assert harness.client(new_id(), role="owner").get("/v1/things").status_code == 200
        assert harness.client(new_id(), role="member").get("/v1/things").status_code == 403
        assert harness.peer("signing").get("/v1/things").status_code == 200
        assert harness.peer("documents").get("/v1/things").status_code == 403

    def test_a_private_answer_is_not_stored_by_anyone(self, harness: Harness) -> None:
        assert harness.staff("things.read").get("/v1/things").headers["Cache-Control"] == "no-store"
