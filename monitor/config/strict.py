"""How strict the configuration is: no unknown key, no value of another type, nothing changed later."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A section of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
