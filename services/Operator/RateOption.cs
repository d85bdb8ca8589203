using System.CommandLine;

namespace OfflineActions.Operator;

/// <summary><c>--rate</c>.</summary>
internal static class RateOption
{
    private const double Highest = 100_000;

    public static Option<double> New(double standard)
    {
        var option = new Option<double>("--rate") { Description = "how many a second at most", DefaultValueFactory = _ => standard };
        option.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && given.GetValue(option) is not (> 0 and <= Highest))
            {
                given.AddError("--rate takes a number above 0.");
            }
        });
        return option;
    }
}
