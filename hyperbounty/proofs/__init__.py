"""Proofs in zero knowledge: how the program that makes them is found and called. It knows no family."""
