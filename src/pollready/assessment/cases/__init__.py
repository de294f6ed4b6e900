"""Cases of obstacles, as assessments find them and people work on them."""
