"""`pactwatch demo`: the true service against a newsroom on loopback, with a known right answer."""

from monitor.demo.play import run_demo

__all__ = ["run_demo"]
