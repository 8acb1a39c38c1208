using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads what stands beside the tasks: variables, secrets and groups.</summary>
internal sealed class PlanPartsBinder(ValueReader values)
{
    private readonly PlanMessages _messages = values.Messages;

    public List<PlanVariable> Variables(YamlNode? node, IReadOnlyList<string> overrides)
    {
        var variables = new List<PlanVariable>();
        if (node is { } map && values.IsMap(map, "vars", "a map of NAME: value"))
        {
            foreach (var (key, value) in map.Pairs)
            {
                if (!PlanNames.IsPlanVariable(key.Text))
                {
                    _messages.Error(key.Position, $"no variable can be called \"{Shown.Short(key.Text)}\"",
                        "use letters, digits, _ and -, a letter or _ first");
                }
                else if (values.Text(value, key.Text) is { } text)
                {
                    if (text.Contains("${{", StringComparison.Ordinal))
                    {
                        _messages.Error(value.PositionOfExpression(0),
                            $"the variable \"{key.Text}\" holds an expression",
                            "write its value; expressions belong into tasks");
                    }

                    variables.Add(new(key.Text, text));
                }
            }
        }

        Override(variables, overrides);
        return variables;
    }

    public List<SecretSource> Secrets(YamlNode? node)
    {
        var secrets = new List<SecretSource>();
        if (node is not { } map || !values.IsMap(map, "secrets", "a map such as TOKEN: { env: TOKEN }"))
        {
            return secrets;
        }

        foreach (var (key, value) in map.Pairs)
        {
            var name = key.Text;
            if (!PlanNames.IsVariable(name) || name.StartsWith(PlanNames.ReservedPrefix, StringComparison.Ordinal))
            {
                _messages.Error(key.Position, $"no secret can be called \"{Shown.Short(name)}\"",
                    $"use letters, digits and _, no digit first, and not {PlanNames.ReservedPrefix}: tasks get "
                        + $"it as a variable of that name");
                continue;
            }

            secrets.Add(Secret(key, value) ?? new(name, name, null, key.Position));
        }

        return secrets;
    }

    /// <summary>The declared groups; null when the plan declares none, so that any name will do.</summary>
    public List<PlanGroup>? Groups(YamlNode? node)
    {
        if (node is not { } map || !values.IsMap(map, "groups", "a map such as net: { max-parallel: 2 }"))
        {
            return null;
        }

        var groups = new List<PlanGroup>();
        foreach (var (key, value) in map.Pairs)
        {
            if (PlanNames.Problem(key.Text) is { } problem)
            {
                _messages.Error(key.Position, $"the group name \"{Shown.Short(key.Text)}\" {problem}",
                    $"use letters, digits, _, - and ., at most {PlanNames.MaxLength}");
            }

            groups.Add(new(key.Text, value.IsNull ? null : GroupBound(Shown.Short(key.Text), value)));
        }

        return groups;
    }

    private int? GroupBound(string name, YamlNode node)
    {
        int? bound = null;
        if (values.IsMap(node, name, "a map such as { max-parallel: 2 }"))
        {
            foreach (var (key, value) in node.Pairs)
            {
                if (key.Text == "max-parallel")
                {
                    bound = values.Number(value, "max-parallel", 1, PlanBinder.MaxParallel);
                }
                else
                {
                    values.UnknownKey(key, $"group \"{name}\"", PlanKeys.Group);
                }
            }
        }

        return bound;
    }

    private SecretSource? Secret(YamlNode name, YamlNode node)
    {
        // A text here is most likely the secret itself, which must not be shown in the message about it.
        if (!node.IsMapping)
        {
            _messages.Error(node.Position, $"secret \"{name.Text}\" does not say where its value comes from",
                "write { env: VARIABLE } or { file: PATH }, never the value");
            return null;
        }

        string? variable = null;
        string? file = null;
        foreach (var (key, value) in node.Pairs)
        {
            switch (key.Text)
            {
                case "env":
                    variable = values.Text(value, "env");
                    if (variable is not null && !PlanNames.IsVariable(variable))
                    {
                        _messages.Error(value.Position, $"no environment variable can be called {value.Seen}",
                            "use letters, digits and _, no digit first");
                    }

                    break;
                case "file":
                    file = values.Text(value, "file");
                    break;
                default:
                    values.UnknownKey(key, $"secret \"{name.Text}\"", PlanKeys.Secret);
                    break;
            }
        }

        if (node.Count != 2)
        {
            _messages.Error(node.Position, $"secret \"{name.Text}\" needs exactly one source", "write env or file");
        }

        return new(name.Text, file is null ? variable ?? name.Text : null, file, name.Position);
    }

    private void Override(List<PlanVariable> variables, IReadOnlyList<string> overrides)
    {
        foreach (var given in overrides)
        {
            var equals = given.IndexOf('=');
            if (equals <= 0)
            {
                _messages.UnknownOption("--set", $"\"{Shown.Short(given)}\" sets nothing", given, [],
                    "write --set NAME=VALUE");
                continue;
            }

            var name = given[..equals];
            var index = variables.FindIndex(variable => variable.Name == name);
            if (index < 0)
            {
                _messages.UnknownOption("--set", $"no variable is called \"{Shown.Short(name)}\"", name,
                    [.. variables.Select(static variable => variable.Name)], "declare it under the plan's \"vars\"");
            }
            else if (given.Contains('\0'))
            {
                _messages.UnknownOption("--set", $"the value of \"{name}\" holds a NUL", given, [], "leave it out");
            }
            else
            {
                variables[index] = new(name, given[(equals + 1)..], FromCommandLine: true);
            }
        }
    }
}
