/**
 * git runs this for each pushed ref (`name old new`). The server has judged the push and says in the environment which refs are
 * refused (with why), and which may only move forward: that last one needs the pushed objects, which only git has at this point.
 */
export const updateHook = `#!/bin/sh
list_has() { printf '%s\\n' "$1" | grep -qxF -- "$2"; }
refuse() {
  printf '%s\\n' "$1" >&2
  exit 1
}
if list_has "$LOCAL_GITHUB_REFUSED" "$1"; then refuse "$LOCAL_GITHUB_REASON"; fi
if list_has "$LOCAL_GITHUB_FORWARD_ONLY" "$1"; then
  case "$2$3" in
    *0000000000000000000000000000000000000000*) ;;
    *) git merge-base --is-ancestor "$2" "$3" || refuse "error: GH006: Protected branch update failed for $1.
error: Cannot force-push to this branch" ;;
  esac
fi
exit 0
`
