using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ServiceDefaults;

/// <summary>Runs a service until it is told to stop.</summary>
public static class RunExtensions
{
    /// <summary>
    /// Runs <paramref name="host"/>; when its configuration is wrong, says so on standard error, every mistake on a line of its own,
    /// instead of starting.
    /// </summary>
    /// <returns>The exit code: 0 after a normal stop, 78 (<c>EX_CONFIG</c> of sysexits.h) when the configuration is wrong.</returns>
    public static async Task<int> RunService(this IHost host)
    {
        try
        {
            await host.RunAsync();
            return 0;
        }
        catch (OptionsValidationException error)
        {
            return Report(error.Failures);
        }
        catch (AggregateException errors) when (errors.InnerExceptions.All(error => error is OptionsValidationException))
        {
            return Report(errors.InnerExceptions.Cast<OptionsValidationException>().SelectMany(error => error.Failures));
        }
    }

    private static int Report(IEnumerable<string> failures)
    {
        Console.Error.WriteLine("Not started, the configuration needs a change:");
        foreach (var failure in failures)
        {
            Console.Error.WriteLine("  " + failure);
        }

        return 78;
    }
}
