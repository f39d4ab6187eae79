"""The distribution certificate (分发证明): its lines, its chain, and its check (rule D4)."""
