"use strict";
// Sorts and filters the table, opens the details that a link leads to, and says
// whose mark in the matrix is under the pointer. It only moves what is there, and
// copies text as text.
(() => {
    const table = document.getElementById("table");
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];

    const value = (row, i) => row.cells[i].dataset.v === undefined
        ? row.cells[i].textContent : Number(row.cells[i].dataset.v);

    const compare = (a, b) => typeof a === "number" ? a - b
        : a.localeCompare(b, undefined, { numeric: true });

    const sort = (head) => {
        const i = heads.indexOf(head);
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of heads)
            other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...body.rows].sort((a, b) =>
            compare(value(a, i), value(b, i)) * (up ? 1 : -1));
        body.append(...rows);
    };
    for (const head of heads)
        head.querySelector("button").addEventListener("click", () => sort(head));

    document.getElementById("filter").addEventListener("input", (event) => {
        const words = event.target.value.toLowerCase();
        for (const row of body.rows)
            row.hidden = !row.textContent.toLowerCase().includes(words);
    });

    const open = () => {
        const target = document.getElementById(location.hash.slice(1));
        if (target instanceof HTMLDetailsElement) {
            target.open = true;
            target.scrollIntoView();
        }
    };
    addEventListener("hashchange", open);
    open();

    const matrix = document.getElementById("matrix");
    const names = { p: "passed", f: "failed", s: "skipped" };
    matrix?.tBodies[0].addEventListener("mouseover", (event) => {
        const cell = event.target.closest("td");
        if (!cell || !names[cell.className])
            return;
        const who = matrix.tHead.rows[0].cells[cell.cellIndex].textContent;
        const check = cell.parentNode.querySelector("th b").textContent;
        document.getElementById("cell").textContent =
            `${who}: ${check} ${names[cell.className]}`;
    });
})();
