"""The main job, driven from outside by `atrio smoke`: through the gateway, without a script in the pages."""

import subprocess
from pathlib import Path

import pytest

from deploy.smoke import Smoke
from tests.running import Running


@pytest.mark.embedded
@pytest.mark.stack
@pytest.mark.feature("S1", "S3", "S4", "S5", "S6", "S10", "S11", "S12", "S16", "S30", "S31", "S32", "S33")
@pytest.mark.feature("S34", "S45", "S46", "S47", "S48", "S49", "S50", "S52", "S66")
def test_the_main_job_runs_from_the_first_sign_in_to_the_sealed_contract(atrio: Running, tmp_path: Path) -> None:
    job = Smoke(atrio.url, atrio.staff, say=lambda _line: None)
    job.run()
    sealed = tmp_path / "sealed.pdf"
    sealed.write_bytes(job.sealed)
    report = subprocess.run(["pdfsig", "-nocert", str(sealed)], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in report
    assert "Total document signed" in report


@pytest.mark.stack
def test_smoke_says_in_one_line_what_is_wrong(atrio: Running) -> None:
    with pytest.raises(AssertionError, match="step 1, staff signs in"):
        atrio.atrio("smoke", atrio.url, "--staff-email", atrio.staff_email, "--staff-password", "not this one")
