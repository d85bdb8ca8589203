using System.Text;
using System.Text.RegularExpressions;
using Acornima;
using Acornima.Ast;

namespace OfflineActions.Emulators.Scripts;

/// <summary>The JavaScript that otto takes: ECMAScript 5, never strict, with the regular expressions of RE2.</summary>
internal static partial class Es5
{
    // What otto.js keeps for scripts where none of them looks.
    private const string Hidden = "JSON.stringify.";

    private static readonly ParserOptions Options = new()
    {
        EcmaVersion = EcmaVersion.ES5,
        OnRegExp = static (in RegExpParsingContext _) => default,
    };

    /// <summary>
    /// Checks a script, and changes what otto understands in another way: <c>"use strict"</c> is left out, regular expressions are
    /// translated, and <c>eval</c> checks its text as this method does.
    /// </summary>
    /// <exception cref="InvalidOperationException">Otto would refuse the script.</exception>
    public static string Checked(string source)
    {
        try
        {
            // A word that only strict mode reserves is a name to otto.
            return StrictDirective().IsMatch(source) && TryChange(source) is { } changed
                ? changed
                : Changed(StrictDirective().Replace(source, "'          '"));
        }
        catch (ParseErrorException error)
        {
            throw new InvalidOperationException($"SyntaxError: {error.Message}", error);
        }
    }

    private static string? TryChange(string source)
    {
        try
        {
            return Changed(source);
        }
        catch (ParseErrorException)
        {
            return null;
        }
    }

    private static string Changed(string source)
    {
        var script = new Parser(Options).ParseScript(source);
        return Apply(source, EvalCalls.In(script).SelectMany(ChangesOf).Concat(script.DescendantNodes().SelectMany(node => node switch
        {
            Directive directive => [new Change(directive.Expression.Start + 1, directive.Expression.End - 1, "")],
            RegExpLiteral expression => ChangesOf(expression),
            _ => [],
        })));
    }

    private static string Apply(string source, IEnumerable<Change> changes)
    {
        var text = new StringBuilder(source.Length);
        var from = 0;
        foreach (var change in changes.OrderBy(change => change.Start))
        {
            text.Append(source, from, change.Start - from).Append(change.Text);
            from = change.End;
        }

        return text.Append(source, from, source.Length - from).ToString();
    }

    private static Change[] ChangesOf(EvalCalls call) => call.IsCalled
        ? [new(call.Start, call.End, $"eval({Hidden}checked"), new(call.CallEnd, call.CallEnd, ")")]
        : [new(call.Start, call.End, Hidden + "evaluate")];

    private static Change[] ChangesOf(RegExpLiteral literal)
    {
        var (pattern, flags) = (literal.RegExp.Pattern, literal.RegExp.Flags);
        try
        {
            var translated = Re2.Translate(pattern, flags);
            return translated == (pattern, flags)
                ? []
                : [new(literal.Start, literal.End, $"{Hidden}expression(/{translated.Pattern}/{translated.Flags},{Text(pattern)},{Text(flags)})")];
        }
        catch (Re2Exception error)
        {
            var at = literal.Location.Start;
            throw new InvalidOperationException(
                $"SyntaxError: Invalid regular expression: {error.Message} ({at.Line}:{at.Column + 1})", error);
        }

        static string Text(string text) => System.Text.Json.JsonSerializer.Serialize(text);
    }

    [GeneratedRegex("""(?<=(?:^|[{};\s]))(?:"use strict"|'use strict')""")]
    private static partial Regex StrictDirective();

    private readonly record struct Change(int Start, int End, string Text);
}
