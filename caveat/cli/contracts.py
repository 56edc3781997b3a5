"""caveat openapi, asyncapi: what the HTTP interface and the topics are, for tools that read it."""

import importlib
from typing import Annotated, Any

import typer

from caveat.cli import console
from caveat.errors import DependencyMissing

Yaml = Annotated[bool, typer.Option("--yaml", help="Print YAML, for people.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, as without any option.")]


def openapi(as_yaml: Yaml = False, as_json: Json = False) -> None:
    """Print the OpenAPI document of the gateway. Needs no stack.

    Examples:
    caveat openapi > openapi.json
    caveat openapi --yaml
    """
    _show("services.gateway.openapi", "OpenAPI", as_yaml=as_yaml, as_json=as_json)


def asyncapi(as_yaml: Yaml = False, as_json: Json = False) -> None:
    """Print the AsyncAPI document of the Kafka topics. Needs no stack.

    Examples:
    caveat asyncapi > asyncapi.json
    caveat asyncapi --yaml
    """
    _show("caveat.asyncapi", "AsyncAPI", as_yaml=as_yaml, as_json=as_json)


def _show(module: str, what: str, *, as_yaml: bool, as_json: bool) -> None:
    if as_yaml and as_json:
        raise typer.BadParameter("is either YAML or JSON", param_hint="--yaml")
    document = _document(module, what)
    if as_yaml:
        import yaml

        console.show(yaml.safe_dump(document, sort_keys=False, allow_unicode=True).rstrip("\n"))
        return
    console.show_json(document)


def _document(module: str, what: str) -> Any:
    """Have the document made. Raises DependencyMissing where this version makes none."""
    try:
        make = importlib.import_module(module).document
    except (ModuleNotFoundError, AttributeError) as error:
        raise DependencyMissing(
            f"this version of Caveat makes no {what} document ({module}); install a newer one"
        ) from error
    return make()
