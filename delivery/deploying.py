"""Brings a packaged stage to AWS and takes it away, by the official command line of AWS."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from delivery.errors import DeliveryError

CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
INSTALL = "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
SURE_TWICE = ("prod",)

Run = Callable[[list[str]], str]


def run(command: list[str]) -> str:
    """What the program prints; raises DeliveryError with its complaint. Progress is shown as it comes."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise DeliveryError(f"'{' '.join(command[:3])}' ended with {done.returncode}; it says above why")
    return done.stdout.strip()


def require_tool(name: str = "aws") -> None:
    """Raises DeliveryError, saying where it is to be had, where the command line of AWS is missing."""
    if shutil.which(name) is None:
        raise DeliveryError(f"the program '{name}' is not on the PATH; install AWS's command line: {INSTALL}")


def account(run: Run = run) -> str:
    """The number of the account that the credentials open; raises DeliveryError where there are none."""
    require_tool()
    try:
        return run(["aws", "sts", "get-caller-identity", "--query", "Account", "--output", "text"])
    except DeliveryError as error:
        raise DeliveryError(
            "AWS takes no credentials of this environment; run 'aws sso login' or 'aws configure', and set "
            "AWS_PROFILE and AWS_REGION"
        ) from error


def deploy(
    stage: str, package: Path, bucket: str, parameters: Mapping[str, str], image: str | None, run: Run = run
) -> None:
    """Uploads the package to the bucket and makes or updates the stack `hrma-<stage>`.

    Raises DeliveryError where the tool or the credentials are missing, or where AWS refuses.
    """
    values = {
        **_read(package / "parameters.json")["Parameters"],
        "Release": release(package),
        "BucketSuffix": f"-{account(run)}",
        **({"StudyImage": image} if image else {}),
        **parameters,
    }
    known = _read(package / "template.json")["Parameters"]
    if unknown := sorted(values.keys() - known.keys()):
        raise DeliveryError(f"the template has no parameter {', '.join(unknown)}; it has {', '.join(known)}")
    uploaded = str(package / "uploaded.json")
    source = ["--template-file", str(package / "template.json"), "--use-json"]
    target = ["--s3-bucket", bucket, "--s3-prefix", f"hrma-{stage}", "--output-template-file", uploaded]
    run(["aws", "cloudformation", "package", *source, *target])
    given = [f"{name}={value}" for name, value in values.items()]
    stack = ["--template-file", uploaded, "--stack-name", f"hrma-{stage}", "--s3-bucket", bucket]
    kind = ["--no-fail-on-empty-changeset", "--capabilities", *CAPABILITIES]
    run(["aws", "cloudformation", "deploy", *stack, *kind, "--parameter-overrides", *given])


def release(package: Path) -> str:
    """What the template's `Release` is: it changes with what is packed, and with nothing else."""
    packed = json.dumps(_read(package / "manifest.json")["archives"], sort_keys=True)
    return hashlib.sha256(packed.encode()).hexdigest()[:16]


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def destroy(stage: str, sure: Callable[[str], bool], run: Run = run) -> None:
    """Deletes the stack `hrma-<stage>`; buckets and backups stay. A production stage asks twice.

    Raises DeliveryError where somebody is not sure, or AWS refuses.
    """
    number = account(run)
    questions = [f"Delete the stack hrma-{stage} in the account {number}?"]
    if stage in SURE_TWICE:
        questions.append(f"It serves people. Delete hrma-{stage} all the same?")
    if not all(sure(question) for question in questions):
        raise DeliveryError(f"hrma-{stage} was left as it is")
    run(["aws", "cloudformation", "delete-stack", "--stack-name", f"hrma-{stage}"])
    run(["aws", "cloudformation", "wait", "stack-delete-complete", "--stack-name", f"hrma-{stage}"])
