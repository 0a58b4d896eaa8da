"""Values of LinkedIn's statistics: metrics, figures, periods, posts, reports."""
