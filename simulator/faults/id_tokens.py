"""ID tokens that a client must not take: with other claims, or signed by somebody else."""

from joserfc import jwt

from simulator.faults.fault import Fault
from simulator.net.addresses import IDENTITY
from simulator.oauth.signing import ALGORITHM, Signer, generate_key
from simulator.world import World


def reissue(world: World, token: str, fault: Fault) -> str | None:
    """Make another ID token of one that Workato Identity issued.

    Args:
        world: shared by all systems.
        token: the token as it was issued.
        fault: its `claims` replace those of the token; with its `foreign_key`, a key that nobody
            published signs, under the id of the one that did.

    Returns:
        A compact JWS; None where the token is none of Workato Identity.
    """
    with world.db.unit():
        signer = Signer(world, IDENTITY)
        claims = signer.verify(token, "jwt")
        if claims is None:
            return None
        changed = {
            name: value for name, value in (claims | fault.claims).items() if value is not None
        }
        if not fault.foreign_key:
            return signer.sign(changed)
        header = {"alg": ALGORITHM, "typ": "JWT", "kid": signer.load_key_set().keys[0].kid}
    return jwt.encode(header, changed, generate_key())
