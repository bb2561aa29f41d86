"""`lumbus demo`: the whole main job on one computer, with a simulated meter."""
