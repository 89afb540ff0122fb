"""The rules of the product, pure: facts and `now` in, values out. No I/O, no clock, no vendor words."""
