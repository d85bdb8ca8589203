using MassTransit;
using Microsoft.Extensions.Logging;
using OfflineActions.Messaging.Consuming;
using OfflineActions.ServiceDefaults;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging;

/// <summary>
/// The log of MassTransit without what this project logs itself, and with each repeated event at most once a minute, without the stack
/// of an exception of the broker: while the broker is away, MassTransit would log every attempt of every endpoint.
/// </summary>
internal sealed class BusLoggerFactory(ILoggerFactory factory, RepeatedEvents repeated) : ILoggerFactory
{
    private const string Bus = "MassTransit";

    public ILogger CreateLogger(string categoryName) => categoryName.StartsWith(Bus, StringComparison.Ordinal)
        ? new BusLogger(factory.CreateLogger(categoryName), repeated)
        : factory.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => factory.AddProvider(provider);

    public void Dispose() => factory.Dispose();

    private sealed class BusLogger(ILogger log, RepeatedEvents repeated) : ILogger
    {
        private static readonly string[] LoggedByTheCaller = ["S-FAULT", "R-RETRY"];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (level < LogLevel.Warning)
            {
                log.Log(level, id, state, exception, formatter);
                return;
            }

            var text = formatter(state, exception);
            if (FindAll(exception).Any(IsOwn) || LoggedByTheCaller.Any(word => text.StartsWith(word, StringComparison.Ordinal)))
            {
                return;
            }

            // The template, so that the ids of messages make no difference.
            var template = (state as IReadOnlyList<KeyValuePair<string, object?>>)?
                .FirstOrDefault(value => value.Key == "{OriginalFormat}").Value as string ?? text;
            if (repeated.ShouldLog(template, out var suppressed))
            {
                var stack = exception is null || FindAll(exception).Any(IsOfBroker) ? null : exception;
                log.BusEvent(level, stack, text, stack is null ? exception?.GetBaseException().Message : null, suppressed);
            }
        }

        /// <summary>The worker has logged these failures already, with the document and the reason.</summary>
        private static bool IsOwn(Exception error) => error is MessageFailedException or ConsumerCanceledException;

        private static bool IsOfBroker(Exception error) =>
            error is ConnectionException or RabbitMQClientException or IOException or OperationCanceledException or TimeoutException;

        private static IEnumerable<Exception> FindAll(Exception? error)
        {
            for (; error is not null; error = error.InnerException)
            {
                yield return error;
            }
        }
    }
}
