namespace OfflineActions.Tests.Chaos;

/// <summary>The letter of a case, for <c>./dev chaos --case</c> and the table of results.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CaseAttribute(string letter) : CategoryAttribute(Prefix + letter)
{
    private const string Prefix = "Chaos-";

    /// <summary>The letter of the running test.</summary>
    public static string Current => TestContext.CurrentContext.Test.Properties[PropertyNames.Category]
        .Cast<string>().Single(category => category.StartsWith(Prefix, StringComparison.Ordinal))[Prefix.Length..];

    private static class PropertyNames
    {
        public const string Category = "Category";
    }
}
