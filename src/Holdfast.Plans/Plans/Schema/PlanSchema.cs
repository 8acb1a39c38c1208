namespace Holdfast.Plans;

/// <summary>The JSON Schema of plan files, for editors (draft 7, which they all take).</summary>
public static class PlanSchema
{
    private const string Resource = "plan.schema.json";

    /// <summary>
    /// The schema as text. What it cannot say (references, circles, expressions) loading a plan checks.
    /// </summary>
    public static string Json
    {
        get
        {
            using var stream = typeof(PlanSchema).Assembly.GetManifestResourceStream(Resource)
                ?? throw new InvalidOperationException($"{Resource} is not part of this build; build it again");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }
}
