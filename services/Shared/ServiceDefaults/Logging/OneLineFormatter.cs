using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.ServiceDefaults.Logging;

/// <summary>
/// Writes each event on one line of the console, whatever its values, its scopes or its exception contain. Every log line of a service
/// passes here, unless the format is JSON, so no caller has to think of it. The id of a request's trace comes before the category, where no
/// text of an app can be: <c>warn: trace=4bf92f3577b34da6a3ce929d0e0e4736 Category[2003] Deferred: …</c>.
/// </summary>
/// <param name="services">The formatters of the host. Asked at the first line, because this one is among them.</param>
internal sealed class OneLineFormatter(IServiceProvider services) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name in the options of the console.</summary>
    public const string FormatterName = "one-line";

    private readonly Lazy<ConsoleFormatter> simple = new(() =>
        services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == ConsoleFormatterNames.Simple));

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var text = VisibleText.Escape(logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (logEntry.Exception is { } exception)
        {
            text += " " + VisibleText.Escape(exception.ToString().ReplaceLineEndings(" "));
        }

        simple.Value.Write(
            new LogEntry<string>(
                logEntry.LogLevel, Mark(logEntry.Category, scopeProvider), logEntry.EventId, text, exception: null, (line, _) => line),
            scopeProvider is null ? null : new EscapedScopes(scopeProvider),
            textWriter);
    }

    private static string Mark(string category, IExternalScopeProvider? scopes)
    {
        var innermost = new StrongBox<RequestTrace?>();
        scopes?.ForEachScope(
            static (scope, found) => found.Value = scope is RequestTrace { Context: not null } trace ? trace : found.Value, innermost);
        return innermost.Value is { } request ? $"{request} {category}"
            // One that nobody records leads nowhere: ASP.NET Core makes one for each HTTP request.
            : Activity.Current is { IdFormat: ActivityIdFormat.W3C, Recorded: true, TraceId: var current } ? $"trace={current} {category}"
            : category;
    }

    private sealed class EscapedScopes(IExternalScopeProvider scopes) : IExternalScopeProvider
    {
        public void ForEachScope<TState>(Action<object?, TState> callback, TState state) => scopes.ForEachScope(
            (scope, inner) => callback(VisibleText.Escape(scope?.ToString() ?? ""), inner), state);

        public IDisposable Push(object? state) => scopes.Push(state);
    }
}
