using Microsoft.Extensions.Options;

namespace OfflineActions.Messaging;

internal sealed class BusOptionsValidation(MessagingBuilder messaging) : IValidateOptions<BusOptions>
{
    public ValidateOptionsResult Validate(string? name, BusOptions options)
    {
        string[] failures = [.. ValidateTransport(options), .. ValidateDelays(options)];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> ValidateTransport(BusOptions options)
    {
        if (options.Transport is BusTransport.InMemory)
        {
            if (!messaging.PublishesAndConsumes)
            {
                yield return $"Bus:Transport is InMemory, but this process only {(messaging.Publishes ? "publishes" : "consumes")}: memory "
                    + "is not shared between processes. Set Bus:Transport to RabbitMq and Bus:Url to the broker, or run DevHost, which "
                    + "does both.";
            }
        }
        else if (options.Url is null)
        {
            yield return "Bus:Url is missing. Set it (in the environment: Bus__Url) to the broker, for example "
                + "amqp://user:password@host:5672/.";
        }
        else if (options.Url is not { IsAbsoluteUri: true, Scheme: "amqp" or "amqps", Host.Length: > 0, Port: not 0 })
        {
            yield return "Bus:Url must begin with amqp:// or amqps:// and name a host, with a port other than 0, for example amqp://user:password@host:5672/.";
        }
    }

    private static IEnumerable<string> ValidateDelays(BusOptions options)
    {
        if (options.EffectiveDelays.Any(delay => delay < TimeSpan.FromMilliseconds(1) || delay.Ticks % TimeSpan.TicksPerMillisecond != 0))
        {
            yield return "Bus:Delays must be positive whole milliseconds, for example 00:00:10.";
        }

        if (options.EffectiveDelays.Zip(options.EffectiveDelays.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            yield return "Bus:Delays must grow from one to the next, for example 00:00:10, 00:01:00, 01:00:00.";
        }
    }
}
