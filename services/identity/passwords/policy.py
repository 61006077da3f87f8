"""Which passwords are taken: NIST SP 800-63B-4, section 3.1.1.2 (B6).

Length and a block-list, nothing else: no rule asks for digits or signs. The list is that of `zxcvbn`, which also
knows repeats, sequences, keyboard rows and dates, and what can be guessed from the person and the firm.
"""

import re
from collections.abc import Iterable

from services.chassis.problems import Problem, invalid
from services.identity.passwords.hashing import MAX_LENGTH, normal

MIN_LENGTH = 15
MIN_LENGTH_WITH_SECOND_FACTOR = 8
EXPECTED_GUESSES = 10**8
"""What an attacker with lists tries first; `zxcvbn` calls less than this "somewhat guessable"."""
JUDGED_LENGTH = 32
"""The time of `zxcvbn` grows with the cube of the length: 6 s for 128 random characters, 0.1 s for 32."""
LOCAL_WORDS = """
contraseña contrasena clave acceso bienvenido bienvenida hola teamo tequiero españa madrid barcelona cliente
senha palavrapasse palavra passe acesso bemvindo bemvinda ola amote portugal lisboa porto benfica sporting
portal atrio cuenta conta empresa usuario utilizador
"""


def check(password: str, *known: str, field: str = "password", min_length: int = MIN_LENGTH) -> None:
    """Raise a 422 `Problem` naming `field` where it is too short, too long or too easily guessed.

    `known` is what an attacker may know: the person's name and address, the firm's name. `min_length` is 8 for a
    person who has a second factor: a single-factor password needs 15.
    """
    length = len(normal(password))
    if length < min_length:
        raise _refused(field, f"Use at least {min_length} characters. A few unrelated words are easy to remember.")
    if length > MAX_LENGTH:
        raise _refused(field, f"Use at most {MAX_LENGTH} characters.")
    if _is_expected(normal(password), known):
        raise _refused(field, "This password is easy to guess. A few unrelated words are harder.")


def is_short(password: str) -> bool:
    """Return whether a password is long enough only beside a second factor."""
    return len(normal(password)) < MIN_LENGTH


def _is_expected(password: str, known: Iterable[str]) -> bool:
    from zxcvbn import zxcvbn  # word lists of 14 MB, needed only where a password is set

    judged = zxcvbn(password[:JUDGED_LENGTH], user_inputs=[*_words(known), *LOCAL_WORDS.split()])
    return bool(judged["guesses"] < EXPECTED_GUESSES)


def _words(known: Iterable[str]) -> list[str]:
    texts = [text.lower() for text in known if text]
    return [*texts, *(word for text in texts for word in re.split(r"[\W_]+", text) if len(word) > 2)]


def _refused(field: str, message: str) -> Problem:
    return invalid({field: [message]})
