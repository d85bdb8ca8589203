using System.CommandLine;

namespace OfflineActions.Dev.Commands;

/// <summary>The range check that options with a number share.</summary>
internal static class NumberOption
{
    /// <summary>Accepts only numbers from 1 to <paramref name="largest"/>.</summary>
    public static Option<int> AtLeastOne(this Option<int> option, int largest = int.MaxValue)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is var number && (number < 1 || number > largest))
            {
                result.AddError($"{option.Name} must be {(largest == int.MaxValue ? "1 or more" : $"from 1 to {largest}")}.");
            }
        });
        return option;
    }
}
