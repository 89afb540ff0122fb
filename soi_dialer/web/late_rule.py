"""A route that starts quickly."""

from __future__ import annotations

import functools
from collections.abc import Callable

from werkzeug.routing import Rule


class LateRule(Rule):
    """Compiles how its address is built when one is first built.

    Werkzeug does it when the rule is added, twice for each rule, which is most of the time that the app takes to be
    made; nobody ever asks for the addresses of most rules, such as those of the webhooks.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = functools.cache(functools.partial(super()._compile_builder, append_unknown))

        def build(rule: Rule, /, **values: object) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build
