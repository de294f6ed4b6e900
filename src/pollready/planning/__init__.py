"""Scenarios, what each costs here, the plans against them, and agencies' declarations."""
