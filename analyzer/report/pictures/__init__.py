"""Pictures of a result: pure functions give their geometry, a template draws it as inline SVG, a table stands behind each.

What a picture says, it says by shape, sign and pattern; colour only repeats it. Nothing is drawn where there is nothing to draw.
"""
