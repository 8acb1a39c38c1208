namespace Holdfast.Plans.Running;

/// <summary>
/// What is done with git, as scripts for the shell: run as attempts are, so they are bounded, captured, and can be
/// taken up after a crash. Values come as arguments, never as text of the script.
/// </summary>
internal static class GitScripts
{
    /// <summary>Exit code of <see cref="Commit"/> where git, and not the command before it, refused.</summary>
    internal const int CommitRefused = 97;

    /// <summary>Last line of <see cref="Commit"/> where there was nothing to commit.</summary>
    internal const string NothingToCommit = "holdfast: nothing to commit";

    // Nobody is there to type a passphrase, to edit a message, or to say who they are.
    private const string Unattended = """
        export GIT_TERMINAL_PROMPT=0 GIT_EDITOR=true GIT_CONFIG_COUNT=1
        export GIT_CONFIG_KEY_0=commit.gpgSign GIT_CONFIG_VALUE_0=false
        git var GIT_COMMITTER_IDENT >/dev/null 2>&1 || export \
          GIT_AUTHOR_NAME=Holdfast GIT_AUTHOR_EMAIL=holdfast@localhost \
          GIT_COMMITTER_NAME=Holdfast GIT_COMMITTER_EMAIL=holdfast@localhost

        """;

    /// <summary>
    /// Runs a command; if that ends well, commits everything in the git work tree around the working folder. The last
    /// line of the output is the commit, or <see cref="NothingToCommit"/>. Arguments: message, command.
    /// </summary>
    internal const string Commit = """
        message=$1; shift
        "$@" || exit

        """ + Unattended + """
        refuse() { echo "holdfast: $1: $2" >&2; exit 97; }
        out=$(git add -A 2>&1) || refuse 'git add' "$out"
        if git diff --cached --quiet; then echo 'holdfast: nothing to commit'; exit 0; fi
        out=$(git commit -q -m "$message" 2>&1) || refuse 'git commit' "$out"
        git rev-parse HEAD
        """;

    /// <summary>
    /// Makes a git work tree unless it is whole already, then becomes the command inside it. A crash while it is made
    /// leaves no mark beside it, so it is made anew; nothing had run in it. Arguments: a folder of the repository, the
    /// work tree, its branch, the folder in it that stands for the plan's, the working folder, command.
    /// </summary>
    internal const string WithinTree = """
        root=$1 tree=$2 branch=$3 home=$4 cwd=$5; shift 5
        refuse() { echo "holdfast: $1" >&2; exit 1; }
        make() {
          git -C "$root" worktree remove --force "$tree" >/dev/null 2>&1
          rm -rf "$tree" && mkdir -p "${tree%/*}" && git -C "$root" worktree prune || return
          if git -C "$root" show-ref --verify --quiet "refs/heads/$branch"
          then git -C "$root" worktree add -q "$tree" "$branch"
          else git -C "$root" worktree add -q -b "$branch" "$tree" HEAD
          fi
        }
        if [ ! -e "$tree.made" ]; then
          make >&2 || refuse "the git work tree $tree on branch $branch could not be made"
          : >"$tree.made"
        fi
        git -C "$tree" rev-parse -q --verify HEAD >/dev/null 2>&1 || git -C "$root" worktree repair "$tree" >&2
        git -C "$tree" rev-parse -q --verify HEAD >/dev/null ||
          refuse "the branch $branch of the work tree $tree is missing; bring it back with git branch, then retry"
        mkdir -p "$home" && cd "$cwd" || exit
        exec "$@"
        """;

    /// <summary>
    /// Merges branches in order into the branch that is checked out. What is merged already is skipped, so it can be
    /// run again; a merge that its own crash left half done is undone first; a conflict is undone. What a work tree
    /// holds uncommitted is committed to its branch before, and so is what was committed to a branch that the task made
    /// for itself, as agents do. Arguments: title, then branch and work tree of each.
    /// </summary>
    internal const string Merge = Unattended + """
        title=$1; shift
        refuse() { echo "holdfast: $1" >&2; exit 1; }
        head=$(git symbolic-ref -q --short HEAD) ||
          refuse "$PWD is on no branch to merge into (detached HEAD); check one out with git switch, then retry"
        if other=$(git rev-parse -q --verify MERGE_HEAD); then
          ours=
          for b in "$@"; do [ "$(git rev-parse -q --verify "refs/heads/$b")" = "$other" ] && ours=1; done
          [ "$ours" ] || refuse "another merge is under way in $PWD; finish it, or git merge --abort, then retry"
          git merge --abort || refuse "the merge that a crash left half done could not be undone"
        fi
        merged=
        while [ $# -gt 0 ]; do
          b=$1 tree=$2; shift 2
          git show-ref --verify --quiet "refs/heads/$b" ||
            refuse "the branch $b is missing; bring it back with git branch, then retry"
          on=$b
          [ ! -e "$tree/.git" ] || on=$(git -C "$tree" symbolic-ref -q --short HEAD) || on='no branch'
          if [ "$on" != "$b" ]; then
            { git merge-base --is-ancestor "refs/heads/$b" "$(git -C "$tree" rev-parse -q --verify HEAD)" &&
              git -C "$tree" switch -q -C "$b"; } >/dev/null 2>&1 ||
              refuse "the work tree $tree is on $on, which does not go on from its own branch $b; \
        bring what is to be merged to $b (git -C $tree switch $b, git merge), then retry"
          fi
          if [ -e "$tree/.git" ] && [ -n "$(git -C "$tree" status --porcelain)" ]; then
            git -C "$tree" add -A && git -C "$tree" commit -q -m "$title: what was left uncommitted" >&2 ||
              refuse "what is uncommitted in $tree could not be committed"
          fi
          if git merge-base --is-ancestor "refs/heads/$b" HEAD; then echo "holdfast: $b is merged already"; continue; fi
          if out=$(git merge --no-ff -m "$title: $b" "$b" 2>&1); then
            echo "holdfast: merged $b into $head"; merged="$merged $b"; continue
          fi
          echo "$out" >&2
          kept="; nothing was merged before it"
          [ "$merged" ] && kept="; merged before it, and kept:$merged"
          if git rev-parse -q --verify MERGE_HEAD >/dev/null; then
            files=$(git diff --name-only --diff-filter=U | head -n 5 | tr '\n' ' ')
            git merge --abort || refuse "the merge of $b could not be undone; look at $PWD"
            refuse "merge conflict: $b was not merged into $head, they differ in ${files}(undone$kept); \
        merge it by hand (git merge $b) and retry: what is merged is skipped"
          fi
          refuse "$b was not merged into $head$kept"
        done
        """;
}
