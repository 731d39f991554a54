"""From a case to a plan: rules, columns with the engine's costs, the answer and what it rests on."""
