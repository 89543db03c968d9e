"""How people use Staffcast: commands, screens and exports."""
