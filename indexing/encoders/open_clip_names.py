"""open_clip's own names of models: which repository of the hub holds the weights."""

from __future__ import annotations

from ...errors import ModelUnavailable


def open_clip_repository(name: str) -> str:
    """`ViT-B-16-SigLIP2-384` or `ViT-B-32:laion2b_s34b_b79k` -> `ORG/NAME`.

    Reads open_clip's list only. Raises `ModelUnavailable` for a name that is not on it, and where there are weights
    of several trainings and none is named.
    """
    import open_clip

    architecture, _, wanted = name.partition(":")
    known = {tag: open_clip.get_pretrained_cfg(architecture, tag) for tag in _tags(architecture)}
    repositories = {tag: config["hf_hub"].rstrip("/") for tag, config in known.items() if config.get("hf_hub")}
    if not repositories:
        raise ModelUnavailable(
            f"open_clip knows no weights for a model {architecture!r}.",
            hint="Use a name such as ViT-B-16-SigLIP2-384, `hf-hub:ORG/NAME`, or `local-dir:PATH`.",
        )
    chosen = wanted or (next(iter(repositories)) if len(repositories) == 1 else "")
    if chosen not in repositories:
        found = f"no weights {wanted}" if wanted else "several weights"
        raise ModelUnavailable(
            f"open_clip has {found} for {architecture}.",
            hint=f"Name one of them, as in {architecture}:{next(iter(repositories))}: {', '.join(repositories)}.",
        )
    return str(repositories[chosen])


def _tags(architecture: str) -> list[str]:
    import open_clip

    tags: list[str] = open_clip.list_pretrained_tags_by_model(architecture)
    return tags
