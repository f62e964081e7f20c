"""Ranking, evidence and abstention on labelled collections; what each signal gains; what plain baselines reach."""
