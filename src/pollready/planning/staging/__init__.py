"""Where technicians and spares wait, which desk looks after whom, and who carries what is said."""
