namespace Holdfast.Plans.Graph;

/// <summary>
/// Places tasks in columns by level, after Sugiyama, Tagawa and Toda ("Methods for visual understanding of
/// hierarchical system structures", 1981): needs that pass a column hold a place in it, and columns are ordered by the
/// mean place of their neighbours, in a few sweeps to and fro.
/// </summary>
internal sealed class GraphLayout
{
    private const int Sweeps = 12;

    // A plan whose needs jump over many levels could ask for millions of places; such needs are drawn straight.
    private const int MaxPassing = 20_000;

    private readonly List<List<Node>> _columns = [];
    private readonly Dictionary<int, Node> _ofTask = [];

    public GraphLayout(Plan plan)
    {
        var levels = PlanGraph.Levels(plan);
        Tasks = [.. Enumerable.Range(0, plan.Tasks.Count).OrderBy(task => levels[task]).Take(PlanGraph.MaxShownTasks)
            .Select(task => plan.Tasks[task])];
        foreach (var task in Tasks)
        {
            var node = new Node(task, Column(levels[task.Index]));
            _ofTask[task.Index] = node;
            _columns[node.Column].Add(node);
        }

        var passing = 0;
        foreach (var task in Tasks)
        {
            foreach (var need in task.Needs)
            {
                Connect(_ofTask[need], _ofTask[task.Index], ref passing);
            }
        }

        Order();
    }

    /// <summary>The tasks that are shown, by level and then as in the file.</summary>
    public IReadOnlyList<PlanTask> Tasks { get; }

    /// <summary>The columns from left to right, each from top to bottom.</summary>
    public IReadOnlyList<IReadOnlyList<Node>> Columns => _columns;

    /// <summary>Each need as the nodes that its arrow goes through.</summary>
    public List<List<Node>> Arrows { get; } = [];

    private int Column(int level)
    {
        while (_columns.Count <= level)
        {
            _columns.Add([]);
        }

        return level;
    }

    private void Connect(Node from, Node to, ref int passing)
    {
        var arrow = new List<Node> { from };
        var between = to.Column - from.Column - 1;
        if (passing + between <= MaxPassing)
        {
            passing += between;
            for (var column = from.Column + 1; column < to.Column; column++)
            {
                var node = new Node(null, column);
                _columns[column].Add(node);
                arrow.Add(node);
            }
        }

        arrow.Add(to);
        for (var i = 1; i < arrow.Count; i++)
        {
            arrow[i - 1].Right.Add(arrow[i]);
            arrow[i].Left.Add(arrow[i - 1]);
        }

        Arrows.Add(arrow);
    }

    private void Order()
    {
        foreach (var column in _columns)
        {
            Number(column);
        }

        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            for (var i = 1; i < _columns.Count; i++)
            {
                var column = sweep % 2 == 0 ? i : _columns.Count - 1 - i;
                Sort(_columns[column], sweep % 2 == 0);
            }
        }
    }

    private static void Sort(List<Node> column, bool byLeft)
    {
        foreach (var node in column)
        {
            var neighbours = byLeft ? node.Left : node.Right;
            node.Weight = neighbours.Count == 0 ? node.Place : neighbours.Average(static other => other.Place);
        }

        // Stable, so that equal weights keep the order of the file.
        var sorted = column.OrderBy(static node => node.Weight).ToList();
        column.Clear();
        column.AddRange(sorted);
        Number(column);
    }

    // Places are relative to the middle of a column, as they are drawn.
    private static void Number(List<Node> column)
    {
        for (var i = 0; i < column.Count; i++)
        {
            column[i].Place = i - ((column.Count - 1) / 2.0);
        }
    }

    /// <summary>A task, or the place where a need passes a column.</summary>
    internal sealed class Node(PlanTask? task, int column)
    {
        public PlanTask? Task { get; } = task;

        public int Column { get; } = column;

        public double Place { get; set; }

        public double Weight { get; set; }

        public List<Node> Left { get; } = [];

        public List<Node> Right { get; } = [];
    }
}
