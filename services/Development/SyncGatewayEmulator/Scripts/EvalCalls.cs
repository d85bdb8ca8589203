using Acornima.Ast;

namespace OfflineActions.Emulators.Scripts;

/// <summary>Where a script names the global function <c>eval</c>.</summary>
/// <param name="Start">Where the name begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="IsCalled">Whether it is called by this name, so that its text sees the variables here.</param>
/// <param name="CallEnd">Where the call ends.</param>
internal readonly record struct EvalCalls(int Start, int End, bool IsCalled, int CallEnd)
{
    private const string Name = "eval";

    /// <summary>All of them; none in a script with a variable of that name.</summary>
    public static IReadOnlyList<EvalCalls> In(Acornima.Ast.Script script)
    {
        var (names, calls) = (new HashSet<Node>(), new Dictionary<Node, CallExpression>());
        foreach (var node in script.DescendantNodes())
        {
            if (Declares(node))
            {
                return [];
            }

            switch (node)
            {
                case Identifier { Name: Name }:
                    names.Add(node);
                    break;
                case CallExpression { Callee: Identifier { Name: Name } } call:
                    calls[call.Callee] = call;
                    break;
            }
        }

        foreach (var node in script.DescendantNodes())
        {
            var other = node switch
            {
                MemberExpression { Computed: false } member => member.Property,
                Property property => property.Key,
                LabeledStatement labeled => labeled.Label,
                BreakStatement jump => jump.Label,
                ContinueStatement jump => jump.Label,
                _ => null,
            };
            _ = other is not null && names.Remove(other);
        }

        return [.. names.Select(name => new EvalCalls(name.Start, name.End, calls.ContainsKey(name), calls.GetValueOrDefault(name)?.End ?? 0))];
    }

    private static bool Declares(Node node) => node switch
    {
        VariableDeclarator declarator => IsEval(declarator.Id),
        IFunction function => IsEval(function.Id) || function.Params.Any(IsEval),
        CatchClause clause => IsEval(clause.Param),
        AssignmentExpression assignment => IsEval(assignment.Left),
        UpdateExpression update => IsEval(update.Argument),
        ForInStatement loop => IsEval(loop.Left),
        _ => false,
    };

    private static bool IsEval(Node? node) => node is Identifier { Name: Name };
}
