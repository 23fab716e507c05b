"""The propellants that the engine knows, and what this project has learnt of their pairs."""



PAIRS = """
SELECT motor_type, fuel, oxidizer, analyses, best_c_star, best_c_star_mixture_ratio,
       best_specific_impulse_vacuum, best_analysis_id, last_analysed_at
FROM propellant_combinations
WHERE project = %(project)s
ORDER BY analyses DESC, fuel, oxidizer
LIMIT 500
"""
