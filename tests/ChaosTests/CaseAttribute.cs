namespace OfflineActions.Tests.Chaos;

/// <summary>Gives a case the letter by which <c>./dev chaos --case</c> and the table of results know it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CaseAttribute(string letter) : CategoryAttribute(Prefix + letter)
{
    private const string Prefix = "Chaos-";

    /// <summary>The letter of the test that runs now.</summary>
    public static string Current => TestContext.CurrentContext.Test.Properties[PropertyNames.Category]
        .Cast<string>().Single(category => category.StartsWith(Prefix, StringComparison.Ordinal))[Prefix.Length..];

    private static class PropertyNames
    {
        public const string Category = "Category";
    }
}
