"""The committee's work on the register: duties, meetings, county reviews, follow-ups."""
