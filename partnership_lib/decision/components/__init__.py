"""What an agreement costs, one module per component; `COMPONENTS` is their order everywhere."""

COMPONENTS = (
    "procurement",
    "gap",
    "management",
    "price",
    "interfaces",
    "changes",
    "premium",
    "switching",
    "default",
    "benefit",
    "governance",
    "training",
    "quality_shading",
    "legal",
    "exit",
)
PLANS = ("fragmented", "consolidated")
