using Acornima;
using Acornima.Ast;

namespace OfflineActions.Emulators.Scripts;

/// <summary>The JavaScript that otto takes: ECMAScript 5, never strict, with the regular expressions of RE2.</summary>
internal static class Es5
{
    private static readonly ParserOptions Options = new()
    {
        EcmaVersion = EcmaVersion.ES5,
        OnRegExp = static (in RegExpParsingContext _) => default,
    };

    /// <summary>Checks a script and takes out what otto ignores: <c>"use strict"</c> and unknown flags of regular expressions.</summary>
    /// <returns>The script with blanks in place of these.</returns>
    /// <exception cref="InvalidOperationException">Otto would refuse the script.</exception>
    public static string Checked(string source)
    {
        try
        {
            var text = source.ToCharArray();
            foreach (var node in new Parser(Options).ParseScript(source).DescendantNodes())
            {
                if (node is Directive directive)
                {
                    text.AsSpan(directive.Expression.Start + 1, directive.Expression.End - directive.Expression.Start - 2).Fill(' ');
                }
                else if (node is RegExpLiteral { RegExp: var literal } expression)
                {
                    Check(literal.Pattern, expression.Location.Start);
                    foreach (ref var flag in text.AsSpan(expression.End - literal.Flags.Length, literal.Flags.Length))
                    {
                        flag = flag is 'g' or 'i' or 'm' ? flag : ' ';
                    }
                }
            }

            return new(text);
        }
        catch (ParseErrorException error)
        {
            throw new InvalidOperationException($"SyntaxError: {error.Message}", error);
        }
    }

    /// <summary>Why otto would refuse a script; empty when it would not.</summary>
    public static string Objection(string source)
    {
        try
        {
            Checked(source);
            return "";
        }
        catch (InvalidOperationException error)
        {
            return error.Message;
        }
    }

    private static void Check(string pattern, Position at)
    {
        if (Re2.Refusal(pattern) is { } reason)
        {
            throw new InvalidOperationException($"SyntaxError: Invalid regular expression: {reason} ({at.Line}:{at.Column + 1})");
        }
    }
}
