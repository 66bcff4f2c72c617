"""qualify: place every contact as inquiry or lead by rules that read like plain English, with the reason kept."""
