"""Which team goes where: routes of set-up day, visits and deliveries, and who is sent now."""
